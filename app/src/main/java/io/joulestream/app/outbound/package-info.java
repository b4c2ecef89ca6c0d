/** Calls that this process makes to the outside, and what keeps them from going anywhere else. */
package io.joulestream.app.outbound;
