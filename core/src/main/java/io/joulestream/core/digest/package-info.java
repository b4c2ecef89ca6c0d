/** SHA-256, by which content is named. */
package io.joulestream.core.digest;
