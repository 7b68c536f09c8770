/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#include "fabric-pfc-header.h"

#include <ostream>

namespace ns3::fabric
{

NS_OBJECT_ENSURE_REGISTERED(PfcHeader);

namespace
{
constexpr uint16_t PAUSE_OPCODE = 0x0001;
constexpr uint16_t PFC_OPCODE = 0x0101;
constexpr uint32_t PFC_BYTES = 2 + 2 + 2 * N_CLASSES;
} // namespace

TypeId
PfcHeader::GetTypeId()
{
    static TypeId tid = TypeId("ns3::fabric::PfcHeader")
                            .SetParent<Header>()
                            .SetGroupName("Fabric")
                            .AddConstructor<PfcHeader>();
    return tid;
}

PfcHeader::PfcHeader() = default;

PfcHeader::PfcHeader(const PfcFields& fields)
    : m_fields(fields)
{
}

TypeId
PfcHeader::GetInstanceTypeId() const
{
    return GetTypeId();
}

void
PfcHeader::Print(std::ostream& os) const
{
    os << "PFC";
    for (uint8_t priority = 0; priority < N_CLASSES; ++priority)
    {
        if (m_fields.enabledClasses >> priority & 1)
        {
            os << " " << +priority << "=" << m_fields.quanta[priority];
        }
    }
}

uint32_t
PfcHeader::GetSerializedSize() const
{
    return PFC_BYTES;
}

void
PfcHeader::Serialize(Buffer::Iterator start) const
{
    if (m_fields.wholeLink)
    {
        start.WriteHtonU16(PAUSE_OPCODE);
        start.WriteHtonU16(m_fields.quanta[0]);
        start.WriteU8(0, PFC_BYTES - 4);
        return;
    }
    start.WriteHtonU16(PFC_OPCODE);
    start.WriteHtonU16(m_fields.enabledClasses);
    for (auto quanta : m_fields.quanta)
    {
        start.WriteHtonU16(quanta);
    }
}

uint32_t
PfcHeader::Deserialize(Buffer::Iterator start)
{
    const uint16_t opcode = start.ReadNtohU16();
    const uint16_t enabled = start.ReadNtohU16();
    if (opcode == PAUSE_OPCODE)
    {
        m_valid = true;
        m_fields.wholeLink = true;
        m_fields.enabledClasses = UINT8_MAX;
        m_fields.quanta.fill(enabled); // the pause time stands there
        return PFC_BYTES;
    }
    m_valid = opcode == PFC_OPCODE && enabled <= UINT8_MAX; // the upper half is reserved, zero
    m_fields.enabledClasses = static_cast<uint8_t>(enabled);
    for (auto& quanta : m_fields.quanta)
    {
        quanta = start.ReadNtohU16();
    }
    return PFC_BYTES;
}

} // namespace ns3::fabric
