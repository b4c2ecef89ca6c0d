package io.joulestream.api;

/** The forms of a monthly export. */
enum ExportFormat implements Format {
    JSON("json", Json.MEDIA_TYPE),
    CSV("csv", "text/csv");

    private final String word;
    private final String mediaType;

    ExportFormat(String word, String mediaType) {
        this.word = word;
        this.mediaType = mediaType;
    }

    @Override
    public String word() {
        return word;
    }

    @Override
    public String mediaType() {
        return mediaType;
    }
}
