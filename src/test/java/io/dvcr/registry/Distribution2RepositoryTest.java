package io.dvcr.registry;

import io.dvcr.testbed.RealRegistry;

class Distribution2RepositoryTest extends RealRegistryRepositoryContract {
  Distribution2RepositoryTest() {
    super(RealRegistry.Version.V2);
  }

  @Override
  boolean forgetsCutUploads() {
    return true;
  }
}
