package io.dvcr.docs;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a test: the rows of {@code docs/contract-importer-pod.md} that it shows. {@link
 * ContractListTest} compares both.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Row {
  /** Section and row, such as {@code "5.1 redirects"}. */
  String[] value();
}
