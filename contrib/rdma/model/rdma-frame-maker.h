/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_FRAME_MAKER_H
#define RDMA_FRAME_MAKER_H

#include "rdma-echo.h"

#include "ns3/fabric-frame.h"
#include "ns3/fabric-port.h"

#include <cstdint>

namespace ns3::rdma
{

class Nic;

/** What the acknowledgments of selective schemes say besides; see SackHeader. */
struct Sack
{
    uint64_t sequence{0};   ///< packet that caused the acknowledgment, or the highest that came
    uint64_t bitmap{0};     ///< bit i: packet sequence - 63 + i has come
    bool hasBitmap{false};  ///< whether there is a bitmap
    uint32_t outOfOrder{0}; ///< packets that came early; where the transport says so
};

/**
 * @ingroup rdma
 * Makes the frames of a queue pair: what all of them have in common, and those without data. It
 * keeps what the next acknowledgment echoes: a CE mark, and signals of switches.
 */
class FrameMaker
{
  public:
    FrameMaker()
        : m_ceSinceAck(false),
          m_responses(false)
    {
    }

    /**
     * @param nic the NIC
     * @param port the port
     */
    void Install(Nic& nic, fabric::Port& port);

    /** @param dscp of data */
    void SetDscp(uint8_t dscp)
    {
        m_dscp = dscp;
    }

    /** @return DSCP of data */
    uint8_t GetDscp() const
    {
        return m_dscp;
    }

    /** The frames are READ responses, and what belongs to them. */
    void SetResponses()
    {
        m_responses = true;
    }

    /** @return see SetResponses */
    bool IsOfResponses() const
    {
        return m_responses;
    }

    /**
     * @param address attachment of the peer
     * @param localQpn our number
     * @param qpn number of the peer
     */
    void Connect(fabric::FabricAddress address, uint32_t localQpn, uint32_t qpn);

    /** Forget the NIC, and what was to be echoed. */
    void Dispose();

    /** @return the NIC */
    Nic& GetNic() const
    {
        return *m_nic;
    }

    /** @return the port */
    fabric::Port& GetPort() const
    {
        return *m_port;
    }

    /** @return attachment of the peer */
    fabric::FabricAddress GetRemoteAddress() const
    {
        return m_remoteAddress;
    }

    /** @return number of the peer */
    uint32_t GetRemoteQpn() const
    {
        return m_remoteQpn;
    }

    /** A data frame came with CE. */
    void NoteMark()
    {
        m_ceSinceAck = true;
    }

    /** A data frame carried signals: keep them for the next acknowledgment. @param frame it */
    void KeepSignals(fabric::Frame& frame);

    /** @return a new frame to the peer */
    fabric::Frame* NewFrame() const;

    /**
     * @param sequence the packet that it names
     * @param syndrome what it says
     * @param echo of the frame that caused it
     * @param dataClass class of data
     * @param msn messages of the peer that are complete, modulo 2^24
     * @return an ACK or NAK, without selective part
     */
    fabric::Frame* NewAcknowledgment(uint64_t sequence,
                                     uint8_t syndrome,
                                     const Echo& echo,
                                     uint8_t dataClass,
                                     uint32_t msn);

    /** Add the selective part to an acknowledgment. @param frame it @param sack that part */
    void AddSack(fabric::Frame& frame, const Sack& sack) const;

    /**
     * @param opcode one that IsControl
     * @param dataClass class of data
     * @return a frame without payload that is no acknowledgment
     */
    fabric::Frame* NewControl(uint8_t opcode, uint8_t dataClass) const;

    /** @return a congestion notification */
    fabric::Frame* NewCnp() const;

  private:
    /** Fill in what frames without data have in common. @param frame it @param dataClass of data */
    void Dress(fabric::Frame& frame, uint8_t dataClass) const;

    Nic* m_nic{nullptr};                          ///< the NIC
    fabric::Port* m_port{nullptr};                ///< the port
    fabric::FrameSignals* m_echoSignals{nullptr}; ///< for the next acknowledgment
    fabric::FabricAddress m_remoteAddress{0};     ///< attachment of the peer
    uint32_t m_remoteQpn{0};                      ///< number of the peer
    uint16_t m_controlEntropy{0};                 ///< path of frames without data
    uint8_t m_dscp{0};                            ///< of data
    bool m_ceSinceAck : 1;                        ///< a CE mark is not yet echoed
    bool m_responses : 1;                         ///< see SetResponses
};

} // namespace ns3::rdma

#endif /* RDMA_FRAME_MAKER_H */
