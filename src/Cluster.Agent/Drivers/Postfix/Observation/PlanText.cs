using System.Text;
using Cluster.Agent.Drivers.Postfix.Files;

namespace Cluster.Agent.Drivers.Postfix.Observation;

/// <summary>The difference between two texts as people read it: removed lines after <c>-</c>, added lines after <c>+</c>.</summary>
internal static class PlanText
{
    /// <summary>Shows what would change in a file; empty = nothing.</summary>
    public static string Of(string file, string before, string after)
    {
        if (before == after) return "";
        var (old, next) = (LogicalLines.Physical(before).ToArray(), LogicalLines.Physical(after).ToArray());
        var common = Common(old, next);
        var text = new StringBuilder($"--- {file}\n+++ {file}\n");
        var (i, j) = (0, 0);
        while (i < old.Length || j < next.Length)
        {
            if (i < old.Length && j < next.Length && old[i] == next[j])
            {
                i++;
                j++;
            }
            else if (j >= next.Length || (i < old.Length && common[i + 1, j] >= common[i, j + 1]))
            {
                text.Append('-').Append(old[i++].TrimEnd('\n')).Append('\n');
            }
            else
            {
                text.Append('+').Append(next[j++].TrimEnd('\n')).Append('\n');
            }
        }

        return text.ToString();
    }

    // Length of the longest common run of lines from each pair of positions on.
    private static int[,] Common(string[] old, string[] next)
    {
        var length = new int[old.Length + 1, next.Length + 1];
        for (var i = old.Length - 1; i >= 0; i--)
        {
            for (var j = next.Length - 1; j >= 0; j--)
            {
                length[i, j] = old[i] == next[j] ? length[i + 1, j + 1] + 1 : Math.Max(length[i + 1, j], length[i, j + 1]);
            }
        }

        return length;
    }
}
