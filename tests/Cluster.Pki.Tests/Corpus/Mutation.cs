namespace Cluster.Pki.Tests.Corpus;

/// <summary>Makes damaged files out of good ones: flipped, cut, repeated, spliced, with lengths and numbers that hurt.</summary>
internal sealed class Mutation(Random random, IReadOnlyList<(string Name, byte[] Data)> corpus)
{
    private static readonly byte[] Interesting = [
        0x00, 0x01, 0x7F, 0x80, 0x81, 0x84, 0x88, 0xFF, 0x30, 0x04, 0x02, 0xA0, (byte)'-', (byte)'\n'
    ];

    // Hundreds of thousands of iterations for each password: they come seldom, so that the others come often.
    private static readonly string[] Costly = ["gnutls-", "nss", "iterations", "p8-sha512", "p8-scrypt", "sha3"];

    /// <summary>The next file, and which one it was made of.</summary>
    public (string Name, byte[] Data) Next()
    {
        (string Name, byte[] Data) file;
        do file = corpus[random.Next(corpus.Count)];
        while (Array.Exists(Costly, c => file.Name.StartsWith(c, StringComparison.Ordinal)) && random.Next(200) != 0);
        var data = (byte[])file.Data.Clone();
        for (var left = random.Next(1, 4); left > 0 && data.Length > 0; left--) data = Change(data);
        return (file.Name, data);
    }

    private byte[] Change(byte[] data)
    {
        var at = random.Next(data.Length);
        switch (random.Next(8))
        {
            case 0:
                data[at] ^= (byte)(1 << random.Next(8));
                return data;
            case 1:
                data[at] = Interesting[random.Next(Interesting.Length)];
                return data;
            case 2:
                data[at] = (byte)random.Next(256);
                return data;
            case 3:
                return data[..at];
            case 4:
                return [.. data[..at], .. data[Math.Min(data.Length, at + random.Next(1, 64))..]];
            case 5:
                var end = Math.Min(data.Length, at + random.Next(1, 256));
                return [.. data[..end], .. data[at..]];
            case 6:
                var other = corpus[random.Next(corpus.Count)].Data;
                return [.. data[..at], .. other.AsSpan(random.Next(other.Length))];
            default:
                var inserted = new byte[random.Next(1, 16)];
                random.NextBytes(inserted);
                return [.. data[..at], .. inserted, .. data[at..]];
        }
    }
}
