/** Calendar periods of a site, and what a monthly export of it holds. */
package io.joulestream.core.report;
