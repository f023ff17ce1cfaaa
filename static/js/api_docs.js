// The readable description of the API. The page's policy allows no inline script, so it starts here.
const place = document.getElementById("api-docs");

window.SwaggerUIBundle({
  url: place.dataset.spec,
  domNode: place,
  deepLinking: false,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  persistAuthorization: false,
  validatorUrl: null,
});
