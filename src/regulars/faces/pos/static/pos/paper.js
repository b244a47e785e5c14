// The print button of a receipt's page.
document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
