"use strict";
// The page has no content before sign-in. The token is held in this page only, and lost when the
// page is closed.

const form = document.getElementById("sign-in");
const message = document.getElementById("message");
let token = "";

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  message.textContent = "";
  const fields = new FormData(form);
  token = fields.get("token").trim() || (await signIn(fields));
  const answer = token && (await fetch("/openapi.json", { headers: { Authorization: `Bearer ${token}` } }));
  if (!answer || !answer.ok) {
    message.textContent = form.dataset.refused;
    return;
  }
  draw(await answer.json());
});

async function signIn(fields) {
  const credentials = { login: fields.get("login"), password: fields.get("password") };
  if (fields.get("totp")) credentials.totp = fields.get("totp");
  const answer = await fetch("/sessions", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(credentials),
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
