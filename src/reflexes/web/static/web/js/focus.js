// After an answer with errors, the reader starts at their summary; a summary that is only shown (data-shown) waits.
const summary = "[data-focus]:not([data-shown] *)";
document.querySelector(summary)?.focus();
document.addEventListener("htmx:after:swap", () => document.querySelector(summary)?.focus());
