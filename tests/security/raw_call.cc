#include "tests/security/raw_call.h"

#include <grpcpp/generic/generic_stub.h>
#include <grpcpp/support/byte_buffer.h>

#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace bangfu::security {
namespace {

// A stream that says nothing for so long is left.
constexpr absl::Duration kTimeout = absl::Milliseconds(1500);

grpc::ByteBuffer BufferOf(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return {&slice, 1};
}

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices)
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  return bytes;
}

}  // namespace

RawAnswer CallRaw(const std::shared_ptr<grpc::Channel>& channel, const std::string& method,
                  const std::string& bytes, const std::map<std::string, std::string>& metadata) {
  grpc::GenericStub stub(channel);
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(absl::Now() + kTimeout));
  for (const auto& [name, value] : metadata) context.AddMetadata(name, value);
  grpc::CompletionQueue queue;
  // One step after the other.
  const auto happened = [&queue] {
    void* tag = nullptr;
    bool good = false;
    return queue.Next(&tag, &good) && good;
  };
  const auto call = stub.PrepareCall(&context, method, &queue);
  RawAnswer answer;
  call->StartCall(nullptr);
  if (happened()) {
    call->WriteLast(BufferOf(bytes), grpc::WriteOptions(), nullptr);
    if (happened()) {
      while (answer.messages.size() < kMaxRawMessages) {
        grpc::ByteBuffer message;
        call->Read(&message, nullptr);
        if (!happened()) break;
        answer.messages.push_back(BytesOf(message));
      }
      if (answer.messages.size() == kMaxRawMessages) context.TryCancel();
    }
  }
  call->Finish(&answer.status, nullptr);
  happened();
  for (const auto& [name, value] : context.GetServerTrailingMetadata())
    answer.trailer.append(value.data(), value.size()).push_back('\n');
  queue.Shutdown();
  return answer;
}

}  // namespace bangfu::security
