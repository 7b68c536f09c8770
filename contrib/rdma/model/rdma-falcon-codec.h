/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_FALCON_CODEC_H
#define RDMA_FALCON_CODEC_H

#include "rdma-psp-seal.h"
#include "rdma-roce-codec.h"

namespace ns3::rdma
{

/**
 * @ingroup rdma
 * Bytes of RDMA over Falcon, and of all frames that RoceCodec knows.
 *
 * Ethernet II, IPv4, UDP to port 1000 from the frame's entropy, PSP header, Falcon's header, RDMA's
 * headers and payload (zeros, padded to a multiple of 4), PSP's integrity check value. Sources: OCP
 * Falcon transport protocol specification, rev. 0.9, 7.1 to 7.8 with their figures; RDMA over
 * Falcon transport specification, rev. 0.9, 8; for PSP, port and header, the reference code of its
 * publisher (github.com/google/psp) and the Linux kernel (include/net/psp). The specifications name
 * no UDP port for Falcon: it is that of PSP.
 *
 * PSP: next header 252, header extension length 1, crypt offset 1 (4 bytes), version 2
 * (AES-GMAC-128: authenticated, not encrypted, so that captures are legible), the connection as
 * security parameter index, the time at which the frame was sent in picoseconds as initialisation
 * vector, and a key of zeros: the simulator has no keys. T1 and T2 of an acknowledgment are times
 * of that clock in units of 2^17 ps (131.072 ns).
 *
 * Frames are those of the class Falcon: in data frames `psn` is the RSN and `msn` the PSN; in
 * BACKs and EACKs `psn` is the base of the window of data, `msn` that of requests, `syndrome` the
 * level of the receiver's buffers; in NACKs `psn` is the PSN, `sackPsn` the base of the window of
 * data and `hasImmediate` tells the window.
 *
 * Not as in the specifications, or open there:
 * - sequence numbers have 24 bits, the upper 8 are zero; RBTH's sequence number is the RSN;
 * - destination function, bases in data frames, SETH and, in requests, STETH are zeros, as a frame
 *   does not hold them; the STETH of data that a READ or atomic brings back is the address and the
 *   number of the request instead of the sink's address and key;
 * - the lowest of the four reserved bits behind the version tells acknowledgments of pull data,
 *   which have a window of their own here;
 * - of ECN's counter there is only whether the packet that caused the acknowledgment was marked;
 * the RUE's value is the entropy of that packet;
 * - an EACK has the bitmap of one window: of requests, or of data received, which for pull data is
 *   that of data acknowledged, too;
 * - a NACK's ULP code is the syndrome; other errors than RNR have code 7. A NACK for a trimmed
 *   packet, for which Falcon has no code, has code 1, and is there for completeness;
 * - where figure and table of the specification disagree (RUE value: 21 and 22 bits) the table
 *   holds; no more than 16 are used;
 * - the table of RDMA's headers has AtomicETH and AtomicAckETH the wrong way round; requests have
 *   AtomicETH here.
 *
 * Decode is the exact inverse for frames of the sizes that FrameSizes gives, the echoed... fields
 * included, but for trimmed frames; times of acknowledgments are exact to their unit, and at most
 * 15 switches echoed. It refuses a wrong integrity check value or IPv4 checksum, lengths that
 * disagree, and types and versions that it does not know.
 */
class FalconCodec : public RoceCodec
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    FalconCodec();
    ~FalconCodec() override;

    Ptr<Packet> Encode(const fabric::Frame& frame) const override;
    bool Decode(Ptr<const Packet> packet, fabric::Frame& frame) const override;

  private:
    PspSeal m_seal{AesBlock{}}; ///< integrity check values
};

} // namespace ns3::rdma

#endif /* RDMA_FALCON_CODEC_H */
