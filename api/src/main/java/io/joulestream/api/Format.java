package io.joulestream.api;

import java.util.List;

/** A form in which an answer can be had. */
enum Format {
    JSON("json", Json.MEDIA_TYPE, ""),
    CSV("csv", "text/csv", "; charset=utf-8; header=present"),
    NDJSON("ndjson", "application/x-ndjson", "");

    /** Of what is a list of figures. */
    static final List<Format> OF_LISTS = List.of(values());

    private final String word;
    private final String mediaType;
    private final String mediaParameters;

    Format(String word, String mediaType, String mediaParameters) {
        this.word = word;
        this.mediaType = mediaType;
        this.mediaParameters = mediaParameters;
    }

    /** As in {@code ?format=csv}. */
    String word() {
        return word;
    }

    /** As in {@code Accept: text/csv}, without parameters. */
    String mediaType() {
        return mediaType;
    }

    /** As an answer says it. */
    String contentType() {
        return mediaType + mediaParameters;
    }
}
