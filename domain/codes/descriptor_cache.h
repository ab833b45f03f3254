#ifndef BANGFU_DOMAIN_CODES_DESCRIPTOR_CACHE_H_
#define BANGFU_DOMAIN_CODES_DESCRIPTOR_CACHE_H_

#include <map>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <utility>

namespace bangfu::domain {

// What was computed from a descriptor, computed once per process and kept for ever. Thread-safe.
//
// Keys are addresses of descriptors or of their options, so only generated messages may be used:
// the descriptors of a pool that is freed would leave addresses that stand for something else
// later.
template <typename Key, typename Value>
class DescriptorCache {
 public:
  // The value of `key`; `build` makes it when it is asked for the first time. `build` may run in
  // two threads at once, then one of the results is dropped.
  template <typename Build>
  const Value& Get(const Key& key, const Build& build) {
    {
      const std::shared_lock lock(mutex_);
      const auto found = values_.find(key);
      if (found != values_.end()) return *found->second;
    }
    auto built = std::make_unique<const Value>(build());
    const std::unique_lock lock(mutex_);
    return *values_.try_emplace(key, std::move(built)).first->second;
  }

 private:
  std::shared_mutex mutex_;
  std::map<Key, std::unique_ptr<const Value>> values_;
};

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_CODES_DESCRIPTOR_CACHE_H_
