// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.ra.config;

/** Something that was looked up and knows to which server it connects. */
public interface AccessSource {

    /** Which server, and as whom. */
    ServerAccess access();
}
