// A form that needs no button: choosing is asking.
for (const form of document.querySelectorAll("[data-submit-on-change]")) {
  form.addEventListener("change", () => form.checkValidity() && form.requestSubmit());
}
