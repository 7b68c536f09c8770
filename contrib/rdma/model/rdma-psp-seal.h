/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef RDMA_PSP_SEAL_H
#define RDMA_PSP_SEAL_H

#include <array>
#include <cstddef>
#include <cstdint>

namespace ns3::rdma
{

/** A block of AES: a key, a counter, an integrity check value. */
using AesBlock = std::array<uint8_t, 16>;

/**
 * @ingroup rdma
 * The integrity check value of PSP version 2, AES-GMAC-128 (PSP architecture specification; NIST SP
 * 800-38D): packets are authenticated and not encrypted, which keeps them legible in captures.
 *
 * The initialisation vector is the security parameter index and the 8 bytes that PSP calls IV.
 */
class PspSeal
{
  public:
    /** @param key of both ends */
    explicit PspSeal(const AesBlock& key);

    /**
     * @param spi security parameter index
     * @param iv initialisation vector of the packet
     * @param data the packet from the PSP header on
     * @param size of it, bytes
     * @return what follows it
     */
    AesBlock GetIcv(uint32_t spi, uint64_t iv, const uint8_t* data, std::size_t size) const;

    /** @param block to be encrypted by itself @return the cipher of AES-128 (FIPS 197) */
    AesBlock Encrypt(const AesBlock& block) const;

  private:
    static constexpr uint32_t N_ROUNDS = 10; ///< of AES-128

    /** An element of GF(2^128), first bit of the block in bit 63 of high. */
    struct Element
    {
        uint64_t high{0}; ///< first 64 bits
        uint64_t low{0};  ///< the rest
    };

    /** Add bytes to a hash. @param hash so far @param data bytes @param size of them, 16 at most
     * @return hash with them */
    Element Hash(Element hash, const uint8_t* data, std::size_t size) const;

    std::array<AesBlock, N_ROUNDS + 1> m_roundKeys; ///< of AES
    std::array<Element, 16> m_products;             ///< hash key times 4 bits, by these
};

} // namespace ns3::rdma

#endif /* RDMA_PSP_SEAL_H */
