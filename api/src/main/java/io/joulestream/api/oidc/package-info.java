/** An OpenID provider, and what its word is taken for (ADR 0048). Knows nothing of members, sessions or HTTP requests to us. */
package io.joulestream.api.oidc;
