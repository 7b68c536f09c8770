/*
 * Copyright (c) 2026 The Weft authors
 *
 * SPDX-License-Identifier: GPL-2.0-only
 */

#ifndef EXPERIMENT_NETWORK_STACK_H
#define EXPERIMENT_NETWORK_STACK_H

#include "experiment-attribute-setting.h"

#include "ns3/cluster-builder.h"
#include "ns3/fabric-asic-preset.h"

#include <optional>
#include <string>
#include <vector>

namespace ns3::experiment
{

/**
 * @ingroup experiment
 * A named network stack: congestion control, reliability and what switches do, as defaults of
 * attributes. The one place where these names live; every program that takes --stack, and the key
 * network.stack of a scenario, looks here.
 */
struct NetworkStack
{
    std::string name;                       ///< as the user writes it
    std::string description;                ///< what it is, in a line
    std::string marker;                     ///< fabric::Marker of switch ports; empty: no ECN
    std::vector<AttributeSetting> settings; ///< what it sets
    std::string bufferPolicy{"ns3::fabric::DynamicThreshold"};        ///< packet memory of switches
    std::string loadBalancer{"ns3::fabric::EcmpHash"};                ///< of switches
    std::string fabricSwitch{"ns3::fabric::Switch"};                  ///< the switches themselves
    std::string messageNetwork{"ns3::cluster::PacketMessageNetwork"}; ///< how messages travel

    bool upDownRouting{false}; ///< routes go up and then down, whatever fails
    bool pfcWatchdog{false};   ///< switches have a fabric::PfcWatchdog

    bool routeController{false}; ///< routes follow failures: cluster::RouteController
    bool trafficEngineer{false}; ///< paths are chosen centrally: cluster::TrafficEngineer
    bool allowSenseless{false};  ///< run what CheckStack refuses although it can run

    /** @return all stacks there are */
    static const std::vector<NetworkStack>& GetAll();

    /** @return names of all stacks */
    static std::vector<std::string> GetNames();

    /** @param name of a stack @return the stack, or nothing */
    static std::optional<NetworkStack> Find(const std::string& name);

    /** @return the list for the help of programs, a line per stack */
    static std::string GetHelpText();

    /** @return the help of an option or key for allowSenseless */
    static std::string GetSenselessHelp();

    /** @return names for UseFlowControl */
    static std::vector<std::string> GetFlowControls();

    /**
     * Choose what keeps senders from sending too much.
     *
     * @param kind pfc, pause and cbfc: the class of RoCE is lossless by this; none: it is lossy
     */
    void UseFlowControl(const std::string& kind);

    /**
     * Have frames of RoCE change their class when they bounce; after UseFlowControl.
     *
     * @param classes the class after each bounce; after the last they go on in class 0
     */
    void UseEscalation(const std::vector<uint8_t>& classes);

    /** Give the switches the packet memory of an ASIC. @param asic the ASIC */
    void UseAsic(const fabric::AsicPreset& asic);

    /**
     * How switches divide traffic among paths, as a user may write it: a load balancer, or a
     * scheduled fabric, whose switches do without one.
     *
     * @return short names of the classes
     */
    static std::vector<std::string> GetLoadBalancings();

    /** @param type a short name of GetLoadBalancings, or the full name of such a class */
    void UseLoadBalancing(const std::string& type);

    /** @return what looks after routes while the network runs, as a user may write it */
    static std::vector<std::string> GetControllers();

    /**
     * @param controller one of GetControllers
     * @return what is wrong with it, given the load balancing; empty if nothing is
     */
    std::string UseController(const std::string& controller);

    /**
     * Make the settings the defaults of all objects made from now on. Attributes that other stacks
     * set, and this one does not, get the defaults that they were declared with.
     */
    void Apply() const;

    /** @return which paths routes take */
    cluster::ShortestPaths::Rule GetPathRule() const;

    /** @return what a cluster::ClusterBuilder is to make the devices of; after Apply */
    cluster::NetworkStack GetDevices() const;
};

} // namespace ns3::experiment

#endif /* EXPERIMENT_NETWORK_STACK_H */
