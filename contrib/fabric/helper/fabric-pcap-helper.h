/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef FABRIC_PCAP_HELPER_H
#define FABRIC_PCAP_HELPER_H

#include "ns3/fabric-frame-codec.h"
#include "ns3/trace-helper.h"

namespace ns3::fabric
{

/**
 * @ingroup fabric
 * Writes the frames that pass a port, in both directions and PFC included, to a capture file that
 * Wireshark reads: pcap with nanosecond time stamps, link type Ethernet, without frame check
 * sequences. A frame is stamped when its first bit leaves or its last bit has arrived, cut to whole
 * nanoseconds.
 *
 * Usage, in the manner of ns-3's pcap helpers:
 * @code
 *   FabricPcapHelper pcap(CreateObject<rdma::RoceCodec>());
 *   pcap.EnablePcap("capture", port); // capture-<node>-<device>.pcap
 * @endcode
 */
class FabricPcapHelper : public PcapHelperForDevice
{
  public:
    /**
     * @param codec makes the bytes of the frames of all ports enabled from now on; must know every
     *        kind of frame that passes them. Null: the codec that each port has.
     */
    explicit FabricPcapHelper(Ptr<FrameCodec> codec = nullptr);

    /** @param bytes most bytes of a frame that are written; 65535 unless this is called */
    void SetSnapLength(uint32_t bytes);

  private:
    void EnablePcapInternal(std::string prefix,
                            Ptr<NetDevice> device,
                            bool promiscuous,
                            bool explicitFilename) override;

    Ptr<FrameCodec> m_codec;      ///< makes the bytes, or null
    uint32_t m_snapLength{65535}; ///< most bytes of a frame
};

} // namespace ns3::fabric

#endif /* FABRIC_PCAP_HELPER_H */
