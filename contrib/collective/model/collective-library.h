/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef COLLECTIVE_LIBRARY_H
#define COLLECTIVE_LIBRARY_H

#include "collective-algorithm.h"

#include <map>
#include <string>
#include <tuple>

namespace ns3::collective
{

/**
 * @ingroup collective
 * A communication library: does every collective, by the algorithm, protocol and number of channels
 * that it chooses for the size, the group and its network.
 *
 * A leaf holds only the rule of choice. All ranks of an operation must come to the same choice, so
 * it may depend on nothing but attributes, the communicator, and what all ranks have in common of
 * the operation: the sizes of an all-to-all-v are not.
 */
class Library : public Algorithm
{
  public:
    /**
     * @brief Get the TypeId
     * @return the TypeId
     */
    static TypeId GetTypeId();

    /** A possible choice. */
    struct Choice
    {
        std::string algorithm;        ///< name of its class without ns3::collective::
        Ptr<const Protocol> protocol; ///< its protocol, or null
        uint32_t nChannels{0};        ///< its number of channels; 0: as the algorithm will
        uint32_t nExchanges{0};       ///< its number of Exchanges, 0 if it has no such attribute
        std::string scheme;           ///< of InNetwork: TypeId name; empty: as it will
        double seconds{0};            ///< what the library expects it to take; 0: it has no model
    };

    /**
     * @param communicator who takes part; at least two ranks
     * @param operation what is done
     * @return what the library chooses
     */
    Choice Choose(const Communicator& communicator, const Operation& operation) const;

  protected:
    void DoDispose() override;

  private:
    bool DoSupports(CollectiveType type) const override;
    std::unique_ptr<Schedule> DoBuild(const Communicator& communicator,
                                      const Operation& operation,
                                      uint32_t rank) const override;
    Plan DoPrepare(const Communicator& communicator,
                   const Operation& operation,
                   uint32_t rank) const override;

    /** As Choose. */
    virtual Choice DoChoose(const Communicator& communicator, const Operation& operation) const = 0;

    /**
     * As Choose, where the network turns out not to do what it should do itself. Asked for only of
     * libraries that choose InNetwork.
     */
    virtual Choice DoChooseOtherwise(const Communicator& communicator,
                                     const Operation& operation) const;

    /** @return the algorithm of a choice, made when it is needed for the first time */
    Ptr<const Algorithm> Find(const Choice& choice) const;

    using Key = std::tuple<std::string, std::string, const Protocol*, uint32_t, uint32_t>;

    mutable std::map<Key, Ptr<Algorithm>> m_algorithms; ///< those made so far
};

} // namespace ns3::collective

#endif /* COLLECTIVE_LIBRARY_H */
