#ifndef BANGFU_SERVER_TLS_OPENSSL_HANDLES_H_
#define BANGFU_SERVER_TLS_OPENSSL_HANDLES_H_

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/evp.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

namespace bangfu::server {

// Calls the OpenSSL function that frees an object.
template <auto Free>
struct OpenSslFree {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};

using BioHandle = std::unique_ptr<BIO, OpenSslFree<BIO_free>>;
using BignumHandle = std::unique_ptr<BIGNUM, OpenSslFree<BN_free>>;
using CertificateRequestHandle = std::unique_ptr<X509_REQ, OpenSslFree<X509_REQ_free>>;
using CertificateHandle = std::unique_ptr<X509, OpenSslFree<X509_free>>;
using ExtensionHandle = std::unique_ptr<X509_EXTENSION, OpenSslFree<X509_EXTENSION_free>>;
using GeneralNameHandle = std::unique_ptr<GENERAL_NAME, OpenSslFree<GENERAL_NAME_free>>;
using GeneralNamesHandle = std::unique_ptr<GENERAL_NAMES, OpenSslFree<GENERAL_NAMES_free>>;
using KeyHandle = std::unique_ptr<EVP_PKEY, OpenSslFree<EVP_PKEY_free>>;
using StoreHandle = std::unique_ptr<X509_STORE, OpenSslFree<X509_STORE_free>>;
using StoreContextHandle = std::unique_ptr<X509_STORE_CTX, OpenSslFree<X509_STORE_CTX_free>>;

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_TLS_OPENSSL_HANDLES_H_
