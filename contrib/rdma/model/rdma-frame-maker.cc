/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "rdma-frame-maker.h"

#include "rdma-nic.h"
#include "rdma-opcode.h"
#include "rdma-path-selector.h"
#include "rdma-psn.h"
#include "rdma-syndrome.h"

#include "ns3/fabric-frame-pool.h"

#include <algorithm>

namespace ns3::rdma
{

using fabric::Frame;

void
FrameMaker::Install(Nic& nic, fabric::Port& port)
{
    m_nic = &nic;
    m_port = &port;
}

void
FrameMaker::Connect(fabric::FabricAddress address, uint32_t localQpn, uint32_t qpn)
{
    m_remoteAddress = address;
    m_remoteQpn = qpn;
    m_controlEntropy = ConnectionEntropy(localQpn, qpn);
}

void
FrameMaker::Dispose()
{
    if (m_echoSignals)
    {
        fabric::FramePool::ReleaseSignals(m_echoSignals);
        m_echoSignals = nullptr;
    }
    m_nic = nullptr;
    m_port = nullptr;
}

void
FrameMaker::KeepSignals(Frame& frame)
{
    // Acknowledgments that are put off echo the newest, and all increases.
    fabric::BoltTag& bolt = frame.signals->bolt;
    bolt.increases = bolt.increase ? 1 : 0;
    if (m_echoSignals)
    {
        bolt.increases = static_cast<uint8_t>(
            std::min<uint32_t>(UINT8_MAX, bolt.increases + m_echoSignals->bolt.increases));
        fabric::FramePool::ReleaseSignals(m_echoSignals);
    }
    m_echoSignals = fabric::FramePool::DetachSignals(&frame);
}

Frame*
FrameMaker::NewFrame() const
{
    Frame* frame = m_port->GetFramePool().Allocate();
    frame->kind = fabric::FrameKind::ROCE;
    frame->source = m_port->GetFabricAddress();
    frame->destination = m_remoteAddress;
    frame->ecn = fabric::Ecn::ECT0;
    frame->roce.destinationQp = m_remoteQpn;
    frame->roce.response = m_responses;
    return frame;
}

void
FrameMaker::Dress(Frame& frame, uint8_t dataClass) const
{
    frame.entropy = m_controlEntropy;
    const uint8_t ackClass = m_nic->GetAckClass();
    frame.priority = ackClass < fabric::N_CLASSES ? ackClass : dataClass;
    frame.dscp = ackClass < fabric::N_CLASSES ? m_nic->GetAckDscp() : m_dscp;
    frame.sentAt = fabric::NowTicks();
}

Frame*
FrameMaker::NewAcknowledgment(uint64_t sequence,
                              uint8_t syndrome,
                              const Echo& echo,
                              uint8_t dataClass,
                              uint32_t msn)
{
    Frame* frame = NewFrame();
    const FrameSizes& sizes = m_nic->GetFrameSizes();
    frame->bytes = IsAck(syndrome) ? sizes.GetAck() : sizes.GetNak();
    Dress(*frame, dataClass);
    frame->roce.opcode = OP_ACKNOWLEDGE;
    frame->roce.psn = ToPsn(sequence);
    frame->roce.msn = msn;
    frame->roce.syndrome = syndrome;
    echo.Put(frame->roce, frame->sentAt);
    frame->roce.echoedCe = echo.ce || m_ceSinceAck;
    m_ceSinceAck = false;
    if (m_echoSignals)
    {
        fabric::FramePool::EchoSignals(frame, m_echoSignals);
        m_echoSignals = nullptr;
    }
    return frame;
}

void
FrameMaker::AddSack(Frame& frame, const Sack& sack) const
{
    frame.roce.sackPsn = ToPsn(sack.sequence);
    frame.roce.sackBitmap = sack.bitmap;
    frame.roce.outOfOrder = sack.outOfOrder;
    frame.roce.payloadBytes = sack.hasBitmap ? SACK_BITMAP_BYTES : SACK_BYTES;
    frame.bytes = m_nic->GetFrameSizes().GetAck(frame.roce.payloadBytes);
}

Frame*
FrameMaker::NewControl(uint8_t opcode, uint8_t dataClass) const
{
    Frame* frame = NewFrame();
    frame->bytes = m_nic->GetFrameSizes().GetControl();
    Dress(*frame, dataClass);
    frame->roce.opcode = opcode;
    return frame;
}

Frame*
FrameMaker::NewCnp() const
{
    Frame* cnp = NewFrame();
    cnp->bytes = FrameSizes::GetCnp();
    cnp->entropy = m_controlEntropy;
    cnp->priority = m_nic->GetCnpClass();
    cnp->dscp = m_nic->GetCnpDscp();
    cnp->sentAt = fabric::NowTicks();
    cnp->roce.opcode = OP_CNP;
    cnp->roce.becn = true;
    cnp->roce.response = false; // notifications are for the queue pair as a whole
    return cnp;
}

} // namespace ns3::rdma
