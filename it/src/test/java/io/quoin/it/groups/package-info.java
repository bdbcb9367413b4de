// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

/**
 * Message groups judged from outside: what applications in processes of their own see and do while they join, leave, are killed and are stopped is recorded, and the history is checked afterwards.
 * Everything but the experiments on Quoin's own properties goes through plain JMS, so that other providers can be judged in the same way.
 */
package io.quoin.it.groups;
