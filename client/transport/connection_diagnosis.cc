#include "client/transport/connection_diagnosis.h"

#include <fcntl.h>
#include <netdb.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/limits.h"

namespace bangfu::client {
namespace {

// How long to wait for the server's word after the handshake. With TLS 1.3 it judges our
// certificate only then; a gRPC server that accepts it speaks first (HTTP/2 SETTINGS).
constexpr absl::Duration kVerdictTimeout = absl::Seconds(3);
constexpr size_t kReadBytes = 4096;
constexpr unsigned char kAlpnHttp2[] = {2, 'h', '2'};

template <auto Free>
struct Freer {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};
using Context = std::unique_ptr<SSL_CTX, Freer<SSL_CTX_free>>;
using Connection = std::unique_ptr<SSL, Freer<SSL_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Memory = std::unique_ptr<BIO, Freer<BIO_free_all>>;
using Addresses = std::unique_ptr<addrinfo, Freer<freeaddrinfo>>;

class Socket {
 public:
  explicit Socket(int fd) : fd_(fd) {}
  ~Socket() {
    if (fd_ >= 0) close(fd_);
  }
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  int fd() const { return fd_; }

 private:
  const int fd_;
};

absl::Status NotThere(const ServerAddress& address, absl::string_view zh, absl::string_view en) {
  const std::string where = absl::StrCat(address.host, ":", address.port);
  return UserError(absl::StatusCode::kUnavailable,
                   {absl::StrCat("连接不上服务器 ", where, "：", zh),
                    absl::StrCat("cannot reach the server ", where, ": ", en)});
}

absl::Status BadCertificate(const Text& text) {
  return UserError(absl::StatusCode::kUnauthenticated, text);
}

absl::Status OurCertificateExpired() {
  return BadCertificate(
      {"本机的证书已过期；请向市总工会申请新证书，并检查本机时钟",
       "our certificate has expired; ask the city union for a new one and check this machine's "
       "clock"});
}

absl::Status OurCertificateRefused() {
  return BadCertificate(
      {"服务器拒绝了本机的证书；请使用该市证书机构签发的证书，并检查两端时钟",
       "the server refused our certificate; use one from the authority of its city and check both "
       "clocks"});
}

Memory ReadOnly(const std::string& pem) {
  return Memory(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

absl::Status CheckOurDates(X509* certificate) {
  if (X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0) return OurCertificateExpired();
  if (X509_cmp_current_time(X509_get0_notBefore(certificate)) > 0) {
    return BadCertificate({"本机的证书尚未生效；请检查本机时钟",
                           "our certificate is not valid yet; check this machine's clock"});
  }
  return absl::OkStatus();
}

absl::Status Unusable() {
  return BadCertificate({"本机的证书、密钥或证书机构文件无法使用；请重新领取",
                         "our certificate, key or authority file cannot be used; get them again"});
}

absl::Status Configure(SSL_CTX* context, const LinkCredentials& credentials) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  SSL_CTX_set_alpn_protos(context, kAlpnHttp2, sizeof(kAlpnHttp2));
  const Memory authorities = ReadOnly(credentials.ca_pem);
  while (Certificate authority{PEM_read_bio_X509(authorities.get(), nullptr, nullptr, nullptr)}) {
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context), authority.get());
  }
  ERR_clear_error();  // the end of the list is an error to OpenSSL
  const Memory chain = ReadOnly(credentials.cert_pem);
  const Certificate certificate(PEM_read_bio_X509(chain.get(), nullptr, nullptr, nullptr));
  const Memory key_bytes = ReadOnly(credentials.key_pem);
  const Key key(PEM_read_bio_PrivateKey(key_bytes.get(), nullptr, nullptr, nullptr));
  if (certificate == nullptr || key == nullptr) return Unusable();
  if (absl::Status status = CheckOurDates(certificate.get()); !status.ok()) return status;
  if (SSL_CTX_use_certificate(context, certificate.get()) != 1 ||
      SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
    return Unusable();
  }
  SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nullptr);
  return absl::OkStatus();
}

bool WaitFor(int fd, short events, absl::Time deadline) {
  for (;;) {
    const int64_t left = absl::ToInt64Milliseconds(deadline - absl::Now());
    if (left <= 0) return false;
    pollfd entry{fd, events, 0};
    const int ready = poll(&entry, 1, static_cast<int>(left));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

// A connected socket, or -1 with errno.
int Dial(const addrinfo& where, absl::Time deadline) {
  const int fd = socket(where.ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0) return -1;
  if (connect(fd, where.ai_addr, where.ai_addrlen) == 0) return fd;
  int error = errno;
  if (error == EINPROGRESS) {
    socklen_t size = sizeof(error);
    if (!WaitFor(fd, POLLOUT, deadline)) {
      error = ETIMEDOUT;
    } else if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) {
      error = errno;
    }
  }
  if (error == 0) return fd;
  close(fd);
  errno = error;
  return -1;
}

absl::StatusOr<int> DialAny(const ServerAddress& address, absl::Time deadline) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const std::string port = absl::StrCat(address.port);
  if (getaddrinfo(address.host.c_str(), port.c_str(), &hints, &found) != 0) {
    return NotThere(address, "主机名无法解析；请检查地址和网络",
                    "the host name is not known; check the address and the network");
  }
  const Addresses addresses(found);
  int error = 0;
  for (const addrinfo* where = found; where != nullptr; where = where->ai_next) {
    const int fd = Dial(*where, deadline);
    if (fd >= 0) return fd;
    error = errno;
  }
  if (error == ECONNREFUSED) {
    return NotThere(address, "该端口没有程序在监听；请检查地址、端口和服务是否已启动",
                    "nothing listens at that port; check address and port and that the server "
                    "runs");
  }
  return NotThere(address, "没有应答；请检查网络、地址和防火墙",
                  "no answer; check the network, the address and the firewall");
}

// One TLS connection over a socket. Memory buffers in between, because OpenSSL's own socket writes
// raise SIGPIPE when the server has hung up.
class TlsProbe {
 public:
  TlsProbe(SSL_CTX* context, int fd, const std::string& expected_name)
      : fd_(fd), connection_(SSL_new(context)) {
    received_ = BIO_new(BIO_s_mem());
    to_send_ = BIO_new(BIO_s_mem());
    SSL_set_bio(connection_.get(), received_, to_send_);
    SSL_set_connect_state(connection_.get());
    X509_VERIFY_PARAM* verify = SSL_get0_param(connection_.get());
    if (X509_VERIFY_PARAM_set1_ip_asc(verify, expected_name.c_str()) != 1) {
      X509_VERIFY_PARAM_set1_host(verify, expected_name.c_str(), expected_name.size());
      SSL_set_tlsext_host_name(connection_.get(), expected_name.c_str());
    }
    ERR_clear_error();
  }

  enum class Result { kDone, kFailed, kClosed, kTimeout };

  Result Handshake(absl::Time deadline) {
    return Run(deadline, [&] { return SSL_do_handshake(connection_.get()); });
  }

  // Waits for the first byte of the server.
  Result ReadByte(absl::Time deadline) {
    char byte;
    return Run(deadline, [&] { return SSL_read(connection_.get(), &byte, 1); });
  }

  long verify_result() const { return SSL_get_verify_result(connection_.get()); }

  // The TLS alert that the server sent, 0 when it sent none.
  int alert() const { return alert_; }

 private:
  template <typename Step>
  Result Run(absl::Time deadline, Step step) {
    for (;;) {
      ERR_clear_error();
      const int done = step();
      const int reason = SSL_get_error(connection_.get(), done);
      RememberAlert();
      Flush(deadline);
      if (done > 0) return Result::kDone;
      if (reason == SSL_ERROR_ZERO_RETURN) return Result::kClosed;
      if (reason != SSL_ERROR_WANT_READ) return Result::kFailed;
      if (!WaitFor(fd_, POLLIN, deadline)) return Result::kTimeout;
      std::array<char, kReadBytes> buffer;
      const ssize_t size = recv(fd_, buffer.data(), buffer.size(), 0);
      if (size <= 0) return Result::kClosed;
      BIO_write(received_, buffer.data(), static_cast<int>(size));
    }
  }

  void RememberAlert() {
    const int reason = ERR_GET_REASON(ERR_peek_error());
    if (reason > SSL_AD_REASON_OFFSET && reason < SSL_AD_REASON_OFFSET + 256) {
      alert_ = reason - SSL_AD_REASON_OFFSET;
    }
  }

  void Flush(absl::Time deadline) {
    std::array<char, kReadBytes> buffer;
    int size;
    while ((size = BIO_read(to_send_, buffer.data(), static_cast<int>(buffer.size()))) > 0) {
      int sent = 0;
      while (sent < size && WaitFor(fd_, POLLOUT, deadline)) {
        const ssize_t part =
            send(fd_, buffer.data() + sent, static_cast<size_t>(size - sent), MSG_NOSIGNAL);
        if (part < 0) return;
        sent += static_cast<int>(part);
      }
    }
  }

  const int fd_;
  Connection connection_;
  BIO* received_;  // owned by the connection
  BIO* to_send_;   // owned by the connection
  int alert_ = 0;
};

absl::Status ServerCertificateError(long verify_result, const std::string& expected_name) {
  switch (verify_result) {
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return BadCertificate(
          {"服务器的证书已过期；请通知服务器管理员，并检查本机时钟",
           "the server's certificate has expired; tell its administrator and check this machine's "
           "clock"});
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return BadCertificate(
          {"服务器的证书尚未生效；请检查本机时钟",
           "the server's certificate is not valid yet; check this machine's clock"});
    case X509_V_ERR_HOSTNAME_MISMATCH:
    case X509_V_ERR_IP_ADDRESS_MISMATCH:
      return BadCertificate(
          {absl::StrCat("服务器的证书不是签发给 ", expected_name, " 的；请使用证书中的名称连接"),
           absl::StrCat("the server's certificate is not for ", expected_name,
                        "; connect with a name that is in it")});
    default:
      return BadCertificate(
          {"服务器的证书不是由我们信任的证书机构签发的：可能连错了服务器，或证书机构文件已过时",
           "the server's certificate is not from an authority that we trust: this may be the wrong "
           "server, or our authority file is out of date"});
  }
}

absl::Status AlertError(int alert) {
  return alert == SSL_AD_CERTIFICATE_EXPIRED ? OurCertificateExpired() : OurCertificateRefused();
}

}  // namespace

absl::Status DiagnoseConnection(const ServerAddress& address, const std::string& expected_name,
                                const LinkCredentials& credentials) {
  const Context context(SSL_CTX_new(TLS_client_method()));
  if (context == nullptr) return Unusable();
  if (absl::Status status = Configure(context.get(), credentials); !status.ok()) return status;
  absl::StatusOr<int> fd = DialAny(address, absl::Now() + limits::kConnectTimeout);
  if (!fd.ok()) return fd.status();
  const Socket socket(*fd);
  TlsProbe probe(context.get(), socket.fd(), expected_name);

  const TlsProbe::Result handshake = probe.Handshake(absl::Now() + limits::kConnectTimeout);
  if (handshake != TlsProbe::Result::kDone) {
    if (probe.verify_result() != X509_V_OK) {
      return ServerCertificateError(probe.verify_result(), expected_name);
    }
    if (probe.alert() != 0) return AlertError(probe.alert());
    return NotThere(address, "对方没有用 TLS 应答，可能不是帮扶系统的服务器；请检查地址和端口",
                    "it does not answer with TLS and may be no bangfu server; check address and "
                    "port");
  }
  const TlsProbe::Result first = probe.ReadByte(absl::Now() + kVerdictTimeout);
  if (probe.alert() != 0) return AlertError(probe.alert());
  // gRPC's server hangs up without an alert when it does not accept a certificate.
  if (first == TlsProbe::Result::kClosed || first == TlsProbe::Result::kFailed) {
    return OurCertificateRefused();
  }
  return absl::OkStatus();
}

}  // namespace bangfu::client
