// Passkeys: asks the browser to make or show one, and posts what it answers with the form.
// <form data-passkey="create|get" data-options="…"> with an input named "answer".
(function () {
  "use strict";

  function bytes(text) {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
  }

  function text(buffer) {
    const plain = String.fromCharCode(...new Uint8Array(buffer));
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  const listed = (found) => (found || []).map((each) => ({ ...each, id: bytes(each.id) }));

  function asked(options) {
    const key = { ...options.publicKey, challenge: bytes(options.publicKey.challenge) };
    if (key.user) key.user = { ...key.user, id: bytes(key.user.id) };
    if (key.excludeCredentials) key.excludeCredentials = listed(key.excludeCredentials);
    if (key.allowCredentials) key.allowCredentials = listed(key.allowCredentials);
    return { publicKey: key };
  }

  function answered(shown) {
    const response = { clientDataJSON: text(shown.response.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (shown.response[name]) response[name] = text(shown.response[name]);
    }
    return {
      id: shown.id,
      rawId: text(shown.rawId),
      type: shown.type,
      response,
      clientExtensionResults: shown.getClientExtensionResults(),
    };
  }

  document.querySelectorAll("form[data-passkey]").forEach((form) => {
    const trouble = form.querySelector("[data-trouble]");
    if (!window.PublicKeyCredential) {
      trouble.hidden = false;
      form.querySelector("button").disabled = true;
      return;
    }
    form.addEventListener("submit", async (event) => {
      if (form.elements.answer.value) return;
      event.preventDefault();
      trouble.hidden = true;
      try {
        const options = asked(JSON.parse(form.dataset.options));
        const shown = await navigator.credentials[form.dataset.passkey](options);
        form.elements.answer.value = JSON.stringify(answered(shown));
        form.requestSubmit(event.submitter);
      } catch (error) {
        trouble.hidden = false;
      }
    });
  });
})();
