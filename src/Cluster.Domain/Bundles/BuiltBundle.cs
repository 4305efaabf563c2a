namespace Cluster.Domain.Bundles;

/// <summary>A bundle ready to be sent: bytes and hashes belong together, nobody serialises again.</summary>
/// <param name="Bytes">Canonical JSON of the bundle.</param>
/// <param name="Sha256">SHA-256 over exactly the bytes, lower-case hex.</param>
/// <param name="Parts">Its parts, ordered by service.</param>
public sealed record BuiltBundle(byte[] Bytes, string Sha256, IReadOnlyList<BuiltPart> Parts);

/// <summary>A part ready to be sent.</summary>
/// <param name="Service">Service on the host.</param>
/// <param name="Bytes">Canonical JSON of the part.</param>
/// <param name="Sha256">SHA-256 over exactly the bytes, lower-case hex.</param>
/// <param name="Keys">The private keys that it names, as hashes of their public keys, ordered, each once.</param>
public sealed record BuiltPart(string Service, byte[] Bytes, string Sha256, IReadOnlyList<string> Keys);
