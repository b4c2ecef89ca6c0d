package io.joulestream.api;

/**
 * What is wrong with one part of a request.
 *
 * @param field the query parameter, or the part of the path
 * @param detail reads on from the field's name
 */
record FieldError(String field, String detail) {}
