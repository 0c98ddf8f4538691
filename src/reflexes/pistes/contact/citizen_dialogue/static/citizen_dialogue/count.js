// The plus and the minus of a count change the number at once; without this file they send the form, which comes back
// with one more or one less.
for (const button of document.querySelectorAll("[data-step]")) {
  button.addEventListener("click", (event) => {
    event.preventDefault();
    const field = button.parentElement.querySelector("[data-count]");
    field.value = Math.max(0, (Number.parseInt(field.value, 10) || 0) + Number(button.dataset.step));
  });
}
