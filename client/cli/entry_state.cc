#include "client/cli/entry_state.h"

namespace bangfu::client {

Text StateText(EntryState state) {
  switch (state) {
    case EntryState::kPending:
      return {"待上送", "pending"};
    case EntryState::kAccepted:
      return {"已接受", "accepted"};
    case EntryState::kMerged:
      return {"已合并", "merged"};
    case EntryState::kConflict:
      return {"有冲突", "conflict"};
    case EntryState::kRefused:
      return {"被拒绝", "refused"};
    case EntryState::kParked:
      return {"待裁定", "parked"};
    case EntryState::kSuperseded:
      return {"已重报", "superseded"};
    case EntryState::kDismissed:
      return {"已归置", "dismissed"};
    case EntryState::kSettled:
      return {"已裁定", "settled"};
  }
  return {"未知", "unknown"};
}

}  // namespace bangfu::client
