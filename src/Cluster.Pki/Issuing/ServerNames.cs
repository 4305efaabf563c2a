using System.Net;

namespace Cluster.Pki.Issuing;

/// <summary>Names that a manager's server certificate carries.</summary>
/// <param name="DnsNames">Host names in A-labels.</param>
/// <param name="IpAddresses">Addresses.</param>
public sealed record ServerNames(IReadOnlyList<string> DnsNames, IReadOnlyList<IPAddress> IpAddresses);
