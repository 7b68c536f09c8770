/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_LAZY_TRACE_H
#define FABRIC_LAZY_TRACE_H

#include "ns3/traced-callback.h"

#include <array>
#include <memory>
#include <string>

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * A trace source that costs one pointer until somebody connects: the sources of a port, of which a
 * large network has millions, then share a cache line instead of filling several.
 *
 * @tparam Ts types of the arguments
 */
template <typename... Ts>
class LazyTrace
{
  public:
    /**
     * @param flag set to true when somebody connects: what a hot path looks at instead; must live
     *        as long as the source
     * @param otherFlag the same
     */
    explicit LazyTrace(bool* flag = nullptr, bool* otherFlag = nullptr)
        : m_flags{flag, otherFlag}
    {
    }

    /** @return whether nobody has ever connected */
    bool IsEmpty() const
    {
        return !m_trace || m_trace->IsEmpty();
    }

    /** @param args handed to every sink */
    void operator()(Ts... args) const
    {
        if (m_trace)
        {
            (*m_trace)(args...);
        }
    }

    /** @param callback the sink */
    void ConnectWithoutContext(const CallbackBase& callback)
    {
        Make().ConnectWithoutContext(callback);
    }

    /** @param callback the sink @param path its first argument */
    void Connect(const CallbackBase& callback, std::string path)
    {
        Make().Connect(callback, path);
    }

    /** @param callback the sink */
    void DisconnectWithoutContext(const CallbackBase& callback)
    {
        Make().DisconnectWithoutContext(callback);
    }

    /** @param callback the sink @param path its first argument */
    void Disconnect(const CallbackBase& callback, std::string path)
    {
        Make().Disconnect(callback, path);
    }

  private:
    /** @return the list of sinks */
    TracedCallback<Ts...>& Make()
    {
        if (!m_trace)
        {
            m_trace = std::make_unique<TracedCallback<Ts...>>();
            for (bool* flag : m_flags)
            {
                if (flag)
                {
                    *flag = true;
                }
            }
        }
        return *m_trace;
    }

    std::array<bool*, 2> m_flags;                   ///< set when somebody connects
    std::unique_ptr<TracedCallback<Ts...>> m_trace; ///< sinks, once there is one
};

} // namespace ns3::fabric

#endif /* FABRIC_LAZY_TRACE_H */
