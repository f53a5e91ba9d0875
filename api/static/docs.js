"use strict";
// The page is empty until somebody signs in. The token lives in this page alone: it is kept
// nowhere, and gone when the page is.

const form = document.getElementById("sign-in");
const told = document.getElementById("told");
let token = "";

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  told.textContent = "";
  const given = new FormData(form);
  token = given.get("token").trim() || (await signedIn(given));
  const answer = token && (await fetch("/openapi.json", { headers: { Authorization: `Bearer ${token}` } }));
  if (!answer || !answer.ok) {
    told.textContent = form.dataset.refused;
    return;
  }
  draw(await answer.json());
});

async function signedIn(given) {
  const asked = { login: given.get("login"), password: given.get("password") };
  if (given.get("totp")) asked.totp = given.get("totp");
  const answer = await fetch("/sessions", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(asked),
  });
  return answer.ok ? (await answer.json()).token : "";
}

function draw(spec) {
  form.reset();
  form.hidden = true;
  SwaggerUIBundle({
    spec,
    dom_id: "#docs",
    validatorUrl: null,
    filter: true,
    tryItOutEnabled: true,
    showMutatedRequest: false, // else the curl line beside each answer shows the token
    requestInterceptor: (request) => {
      if (new URL(request.url, location.href).origin === location.origin) {
        request.headers.Authorization = `Bearer ${token}`;
      }
      return request;
    },
  });
}
