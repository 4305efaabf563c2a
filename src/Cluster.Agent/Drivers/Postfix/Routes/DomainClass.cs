namespace Cluster.Agent.Drivers.Postfix.Routes;

/// <summary>What a domain is to a host (ADDRESS_CLASS_README of Postfix); routes do not change it.</summary>
internal enum DomainClass
{
    /// <summary>Nobody has told.</summary>
    Unknown,

    /// <summary>Its mail is delivered or rewritten here.</summary>
    Hosted,

    /// <summary>It is in relay_domains.</summary>
    Relayed,

    /// <summary>None of these.</summary>
    Other,
}
