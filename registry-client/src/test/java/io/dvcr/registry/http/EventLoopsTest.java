package io.dvcr.registry.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpClient;
import org.junit.jupiter.api.Test;

class EventLoopsTest {
  @Test
  void twoLegs_haveAThreadEach() {
    try (EventLoops loops = new EventLoops()) {
      var source = loops.context().nettyEventLoop();
      HttpClient takesAThread = loops.vertx().createHttpClient();
      var target = loops.context().nettyEventLoop();

      assertThat(takesAThread).isNotNull();
      assertThat(source).isNotSameAs(target);
    }
  }
}
