/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-pcap-helper.h"

#include "ns3/abort.h"
#include "ns3/boolean.h"
#include "ns3/fabric-port.h"
#include "ns3/pcap-file-wrapper.h"
#include "ns3/simulator.h"

namespace ns3::fabric
{

namespace
{

constexpr uint32_t LINK_TYPE_ETHERNET = 1; // LINKTYPE_ETHERNET of the pcap format

/** Write one frame to the file that the trace sink is bound to. */
void
WriteFrame(Ptr<PcapFileWrapper> file, Ptr<const Packet> packet)
{
    file->Write(Simulator::Now(), packet);
}

} // namespace

FabricPcapHelper::FabricPcapHelper(Ptr<FrameCodec> codec)
    : m_codec(codec)
{
}

void
FabricPcapHelper::SetSnapLength(uint32_t bytes)
{
    m_snapLength = bytes;
}

void
FabricPcapHelper::EnablePcapInternal(std::string prefix,
                                     Ptr<NetDevice> device,
                                     bool promiscuous,
                                     bool explicitFilename)
{
    auto port = DynamicCast<Port>(device);
    if (!port)
    {
        return; // a device of another kind, as in EnablePcapAll of a mixed network
    }
    const std::string filename =
        explicitFilename ? prefix : PcapHelper().GetFilenameFromDevice(prefix, device);
    auto file = CreateObject<PcapFileWrapper>();
    file->SetAttribute("NanosecMode", BooleanValue(true));
    file->Open(filename, std::ios::out | std::ios::binary);
    NS_ABORT_MSG_IF(file->Fail(), "cannot write " << filename);
    file->Init(LINK_TYPE_ETHERNET, m_snapLength);
    if (m_codec)
    {
        port->SetFrameCodec(m_codec);
    }
    port->TraceConnectWithoutContext(promiscuous ? "PromiscSniffer" : "Sniffer",
                                     MakeBoundCallback(&WriteFrame, file));
}

} // namespace ns3::fabric
