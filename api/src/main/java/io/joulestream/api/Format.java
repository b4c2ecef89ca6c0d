package io.joulestream.api;

/** A form in which a resource can be had. */
interface Format {
    /** As in {@code ?format=csv}. */
    String word();

    /** As in {@code Accept: text/csv}, without parameters. */
    String mediaType();
}
