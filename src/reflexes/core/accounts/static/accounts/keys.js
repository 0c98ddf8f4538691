// A key that is not recognised, or a window closed by the person: the library would only write it in the console.
document.addEventListener("allauth.error", (event) => {
  const said = document.querySelector("[data-key-error]");
  if (!said) return;
  event.preventDefault();
  said.hidden = false;
  said.focus();
});
