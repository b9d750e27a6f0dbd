"""What people are told: 办园指南, 百问百答 and the 保教活动方案 for the houses."""
