// Copyright the Quoin authors.
// SPDX-License-Identifier: Apache-2.0

package io.quoin.jms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quoin.protocol.ErrorCode;
import io.quoin.protocol.FrameType;
import io.quoin.protocol.codec.Frame;
import io.quoin.protocol.codec.Result;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import java.util.Enumeration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Walks through a queue over the loss of a link. */
class ReconnectBrowserTest extends ReconnectFixture {

    /** Shows messages, by the numbers of their ids, to the browser that asks for some. */
    private void show(boolean more, int... numbers) {
        Frame.BrowseNext asked = link.next(FrameType.BROWSE_NEXT, Frame.BrowseNext.class);
        for (int number : numbers) {
            link.browsed(1, asked.browser(), link.message("m" + number, (long) number));
        }
        link.write(0, new Result.BrowsedSoFar(more).to(asked.request()));
    }

    private static String shown(Enumeration<?> walk) throws JMSException {
        return text((Message) walk.nextElement());
    }

    @Test
    void aWalkThroughAQueueGoesOnAfterALossAndLeavesOutWhatItHasShown() throws Exception {
        open("");
        Session session = connection.createSession();
        QueueBrowser browser = session.createBrowser(session.createQueue("q"));
        next = link -> link.hold(FrameType.BROWSE_NEXT);
        link.hold(FrameType.BROWSE_NEXT);
        CompletableFuture<Enumeration<?>> opening = Background.ask(browser::getEnumeration);
        show(true, 1, 2);
        Enumeration<?> walk = opening.get(5, TimeUnit.SECONDS);
        assertThat(shown(walk)).isEqualTo("m1");
        assertThat(shown(walk)).isEqualTo("m2");
        CompletableFuture<String> walking = Background.ask(() -> shown(walk));
        Frame.BrowseNext cutOff = link.next(FrameType.BROWSE_NEXT, Frame.BrowseNext.class);
        link.browsed(1, cutOff.browser(), link.message("m3", 3L));

        reconnect();

        assertThat(link.next(FrameType.BROWSE_OPEN, Frame.BrowseOpen.class).browser())
                .isNotEqualTo(cutOff.browser());
        show(true, 1, 2);
        show(true, 2, 3, 65, 66);
        assertThat(walking.get(5, TimeUnit.SECONDS)).isEqualTo("m3");
        assertThat(shown(walk)).isEqualTo("m65");
        assertThat(shown(walk)).isEqualTo("m66");
        CompletableFuture<Boolean> ending = Background.ask(walk::hasMoreElements);
        show(false, 66);
        assertThat(ending.get(5, TimeUnit.SECONDS)).isFalse();
        assertThat(told).isEmpty();
    }

    @Test
    void aCursorThatTheNextLinkDoesNotKnowIsOpenedAgain() throws Exception {
        open("");
        Session session = connection.createSession();
        QueueBrowser browser = session.createBrowser(session.createQueue("q"));
        next = link -> link.hold(FrameType.BROWSE_NEXT);
        link.hold(FrameType.BROWSE_NEXT);
        CompletableFuture<Enumeration<?>> opening = Background.ask(browser::getEnumeration);
        show(true, 1);
        Enumeration<?> walk = opening.get(5, TimeUnit.SECONDS);
        assertThat(shown(walk)).isEqualTo("m1");
        reconnect();
        awaitConnected();

        CompletableFuture<String> walking = Background.ask(() -> shown(walk));
        Frame.BrowseNext asked = link.next(FrameType.BROWSE_NEXT, Frame.BrowseNext.class);
        link.error(asked.request(), ErrorCode.BROWSER_UNKNOWN, "The connection has no browser " + asked.browser());

        show(false, 1, 2);
        assertThat(walking.get(5, TimeUnit.SECONDS)).isEqualTo("m2");
    }

    @Test
    void aBrowserIsClosedWithoutALink() throws Exception {
        open("");
        Session session = connection.createSession();
        QueueBrowser browser = session.createBrowser(session.createQueue("q"));
        link.hold(FrameType.BROWSE_NEXT);
        CompletableFuture<Enumeration<?>> opening = Background.ask(browser::getEnumeration);
        show(true, 1);
        Enumeration<?> walk = opening.get(5, TimeUnit.SECONDS);
        lose();

        browser.close();

        assertThat(shown(walk)).as("what had arrived").isEqualTo("m1");
        assertThatThrownBy(walk::hasMoreElements).hasMessageContaining("QN-2017");
    }
}
