package io.joulestream.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The files of the pages: whatever lies in one folder of the class path. A name that is not plain is not looked up, so
 * nothing outside the folder can be reached. Thread-safe.
 */
final class PageFiles {
    static final String FOLDER = "META-INF/joulestream-pages/";

    private static final Pattern PLAIN_NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,60}(\\.[a-z0-9-]{1,20}){1,3}");
    private static final Map<String, String> MEDIA_TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "svg", "image/svg+xml",
            "png", "image/png",
            "ico", "image/x-icon",
            "woff2", "font/woff2",
            "json", "application/json");

    private final ClassLoader classLoader;
    private final Map<String, Answer> loaded = new ConcurrentHashMap<>();

    PageFiles(ClassLoader classLoader) {
        this.classLoader = classLoader;
    }

    Answer index(Request request) {
        return page("index.html", request);
    }

    /** The page that shows the description of the API. */
    Answer docs(Request request) {
        return page("docs.html", request);
    }

    private Answer page(String name, Request request) {
        request.parameters().check();
        return file(name).orElseThrow(() -> ProblemException.notFound("the pages are not part of this installation"));
    }

    Answer asset(Request request) {
        request.parameters().check();
        String name = request.path("file");
        return file(name).orElseThrow(() -> ProblemException.notFound("there is no file " + Parameters.quoted(name)));
    }

    private Optional<Answer> file(String name) {
        if (!PLAIN_NAME.matcher(name).matches()) {
            return Optional.empty();
        }
        String mediaType = MEDIA_TYPES.get(name.substring(name.lastIndexOf('.') + 1));
        if (mediaType == null) {
            return Optional.empty();
        }
        return Optional.ofNullable(loaded.computeIfAbsent(name, n -> read(n, mediaType)));
    }

    private Answer read(String name, String mediaType) {
        try (InputStream in = classLoader.getResourceAsStream(FOLDER + name)) {
            if (in == null) {
                return null;
            }
            byte[] bytes = in.readAllBytes();
            return Answer.of(mediaType, bytes).with(Answer.ETAG, ETags.strong(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(FOLDER + name + " cannot be read", e);
        }
    }
}
