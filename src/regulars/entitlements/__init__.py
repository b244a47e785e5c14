"""What members are entitled to: levels, memberships, stored value, coupons, benefits."""
