/** Reading the inventory topic, for every process that needs the inventory: the importers' checks and the job. */
package io.joulestream.wire.kafka;
