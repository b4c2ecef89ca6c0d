/** Whether what is stored is true: the product's rows against a truth file. Imports nothing of the product's arithmetic. */
package io.joulestream.app.truth;
