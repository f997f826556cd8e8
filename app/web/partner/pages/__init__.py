"""The pages of brands and partners, by what they are about."""
