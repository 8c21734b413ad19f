package io.dvcr.registry;

import io.dvcr.testbed.RealRegistry;

class Distribution3RepositoryTest extends RealRegistryRepositoryContract {
  Distribution3RepositoryTest() {
    super(RealRegistry.Version.V3);
  }
}
