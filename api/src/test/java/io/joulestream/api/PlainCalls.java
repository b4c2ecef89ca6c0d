package io.joulestream.api;

import io.joulestream.api.oidc.IssuerCalls;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;

/** Over real sockets, wherever it is told; where calls of the product may go is the application's to say. */
final class PlainCalls implements IssuerCalls {
    private final HttpClient client = HttpClient.newHttpClient();

    @Override
    public Answer get(String url) throws IOException {
        return send(HttpRequest.newBuilder(URI.create(url)).build());
    }

    @Override
    public Answer post(String url, Map<String, String> headers, byte[] form) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofByteArray(form));
        headers.forEach(request::header);
        return send(request.build());
    }

    private Answer send(HttpRequest request) throws IOException {
        try {
            HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            return new Answer(response.statusCode(), response.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
